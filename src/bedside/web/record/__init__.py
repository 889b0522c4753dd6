"""The record: who did what, when and from where, and whether it is whole."""
