"""How the parts are put together for Django: settings, URLs, the WSGI entrance, health."""
