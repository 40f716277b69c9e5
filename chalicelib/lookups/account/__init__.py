"""Records by code, for who knows the second thing: looked up, saved, reminded of."""
