"""The catalogue of utilities: listed, told whole, changed by administrators."""
