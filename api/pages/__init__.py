"""The pages that people see in a browser, rendered on the server.

A page is a module with a router, a template `templates/NAME.html.j2` and, where it needs one, a
module `static/NAME.js`. It calls the same engine as the API, and its route has a rule in
`api.access.rules` as every route of the API has.
"""
