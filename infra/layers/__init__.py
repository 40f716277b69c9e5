"""Libraries that only some functions load, each set a layer of its own beside the package."""
