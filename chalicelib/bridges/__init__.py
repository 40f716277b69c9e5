"""How one slice looks to another: adapters between a slice's port and the slices that fill it. Only wiring uses them."""
