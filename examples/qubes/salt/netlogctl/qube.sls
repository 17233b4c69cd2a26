# For sys-firewall, sys-net, sys-dns and sys-vpn: each has the intent of its name.
/rw/config/netlogctl/netlog.yaml:
  file.managed:
    - source: "salt://netlogctl/files/{{ grains['id'] }}.yaml"
    - mode: "0644"
    - makedirs: true

/rw/config/rc.local.d/netlogctl.rc:
  file.managed:
    - source: salt://netlogctl/files/netlogctl.rc
    - mode: "0755"
    - makedirs: true

# What is kept over a restart: captures, and the journal that the night reads.
/rw/config/qubes-bind-dirs.d/50_netlogctl.conf:
  file.managed:
    - contents: "binds+=( '/var/log/netpcap' '/var/log/journal' )"
    - makedirs: true

/rw/bind-dirs/var/log/netpcap:
  file.directory:
    - mode: "0750"
    - makedirs: true

/rw/bind-dirs/var/log/journal:
  file.directory:
    - mode: "2755"
    - makedirs: true

netlogctl-started:
  cmd.run:
    - name: /rw/config/rc.local.d/netlogctl.rc
    - onchanges:
        - file: /rw/config/netlogctl/netlog.yaml
        - file: /rw/config/rc.local.d/netlogctl.rc
