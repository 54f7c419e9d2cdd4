"""An app for Django's ``INSTALLED_APPS``, before ``django.contrib.staticfiles``.

It makes ``runserver`` serve by ASGI, with hot reload. There is nothing else to set up.
"""
