"""The commands of ``hansatsu``, a file each."""
