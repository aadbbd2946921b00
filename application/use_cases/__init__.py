"""What a person can ask of Tadbir, one use case a file. Page, command and API call the same."""
