"""The science: pure functions over arrays. No files, no clock, no global random state."""
