"""What the front end evaluates in a kernel, as src/kernel builds it, and the type of the answer.

Must not know: what is asked.
"""

from __future__ import annotations

MIME = "application/vnd.jupyterlab-s3-encryption+json"
#: One request, as a user expression of an execute_request without code.
EXPRESSION = (
    "(lambda p, m: m.run(p) if getattr(m, 'text', None) == p['bootstrap'] else "
    "(lambda ns: (exec(p['bootstrap'], ns), ns['run'](p))[1])"
    "({'__name__': '_s3_encryption_bootstrap'}))("
    "((lambda k: (k.get_parent() if hasattr(k, 'get_parent') else k._parent_header))"
    "(__import__('IPython').get_ipython().kernel)['metadata']['s3-encryption']), "
    "__import__('sys').modules.get('_jupyterlab_s3_encryption_bootstrap'))"
)
#: A request ahead of the cells of a run that stops them if the answer says so.
BLOCKING = (
    "if (lambda p: (lambda ns: (exec(p['bootstrap'], ns), exec(p['blocking'], ns), "
    "ns['block'](p, ns['run']))[2])({'__name__': '_s3_encryption_bootstrap'}))"
    "((lambda k: (k.get_parent() if hasattr(k, 'get_parent') else k._parent_header))"
    "(__import__('IPython').get_ipython().kernel)['metadata']['s3-encryption']): "
    "raise __import__('IPython').get_ipython().kernel.get_parent()"
    "['metadata']['s3-encryption']['stop']"
)
