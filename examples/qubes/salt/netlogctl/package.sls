# For dom0 and the template of the four qubes. README.md says how files/netlogctl.tgz is made.
netlogctl-tcpdump:
  pkg.installed:
    - name: tcpdump

netlogctl-program:
  archive.extracted:
    - name: /opt/netlogctl
    - source: salt://netlogctl/files/netlogctl.tgz
    - enforce_toplevel: false
    - user: root
    - group: root

/usr/bin/netlogctl:
  file.managed:
    - mode: "0755"
    - contents: |
        #!/bin/sh
        modules=/opt/netlogctl/node_modules
        exec "$modules/.bin/node" "$modules/netlogctl/dist/bin/netlogctl.cjs" "$@"
