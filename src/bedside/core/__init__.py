"""Ids, clock, text, words, errors, settings. Pure: imports nothing of Bedside and no Django."""
