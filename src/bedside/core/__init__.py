"""Ids, clock, text, errors, settings. Pure: imports nothing of Bedside and no Django."""
