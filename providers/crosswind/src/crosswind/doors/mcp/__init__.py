"""The catalog for assistants, by the Model Context Protocol.

It runs on the machine of whoever asks and speaks REST, so that it needs an address and an API key and no more: the
key's rights, limits and audit are those of every other caller.
"""
