"""What S3 and KMS do that moto's server does not: refuse, encrypt by default, and fail.

`front.Front` stands in front of moto; `settings.Settings` says what of this is on.
"""
