"""Units' files: sent, read, checked, and live at once as a version."""
