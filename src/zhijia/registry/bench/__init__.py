"""How fast the registry is, beside what could be reached: `zhijia bench registry-import`."""
