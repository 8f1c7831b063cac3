"""The test rig: a local STS, a private GNOME keyring and a throw-away home to run credtool in."""
