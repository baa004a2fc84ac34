"""The emulator's Microsoft Entra ID: a tenant with one application and one user."""
