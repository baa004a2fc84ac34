"""The machines behind nodes: directories, processes, SSH, all on this machine."""
