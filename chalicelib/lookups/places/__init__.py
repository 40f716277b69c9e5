"""Places and boards: near, of an area, by name; notices with receipts; packs to be kept offline."""
