"""The pages of a release, one module each: `content` reads what the page shows."""
