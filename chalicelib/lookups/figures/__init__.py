"""How utilities are used and what people think of them, counted."""
