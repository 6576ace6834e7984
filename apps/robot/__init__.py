"""A robot that may recall or go and look: active questions, and fetch tasks over days."""
