"""Derived indexes: everything here can be rebuilt from the store."""
