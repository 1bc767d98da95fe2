"""The labeling desk: a component of the browser, and the function that mounts it."""
