"""The driver: it runs a method on a function, and stops, counts, records, saves and resumes."""
