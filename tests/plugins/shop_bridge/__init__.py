"""Tests of the web-shop bridge."""
