"""Feed files before anything in them is read: found, named, unpacked, and told apart from what is none."""
