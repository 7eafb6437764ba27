"""Tests of the first-party plugins, one folder each."""
