"""`make soak`: the whole embedded Lupine under load and trouble, for as long as wanted."""
