"""Signing in with another system: OpenID Connect, WeCom, DingTalk, Feishu; one module for each."""
