"""The scenario language, its library, paired comparison and the demonstration GST."""
