"""Connectors for object stores: a package a system."""
