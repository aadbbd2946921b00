"""Long work beside the pages: asked for as rows, done by a worker process of each home."""
