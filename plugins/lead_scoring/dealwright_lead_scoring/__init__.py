"""Rule-based scores that explain every point. The manifest stands in plugin."""
