"""The plugin host: discovers plugins, switches them on per workspace, asks them apart and delivers tells. Knows no feature."""
