"""Tests of the plugin inventory_costing."""
