"""Providers' interfaces: asked with kept answers, a shared breaker, a pace and a budget."""
