"""Tests of the plugin lead_scoring."""
