"""The dashboard: pages that read only through ``application``.

Run it with ``tadbir dashboard`` or ``python -m dashboard --port 8501``.

- ``app.py`` is the script, ``shell.py`` the frame around every page;
- ``views/`` has one page a job, ``parts/`` what pages share;
- ``charts/`` are functions, frame in, chart out, without Streamlit;
- ``session.py`` is one visit, ``workroom.py`` what all visits share; long work is
  in ``application.jobs``.

Streamlit puts this folder first on ``sys.path``: no module directly in it may be named like
a top-level package.
"""
