# For dom0: the archive of every night.
include:
  - netlogctl.package

/etc/netlogctl/netlog.yaml:
  file.managed:
    - source: salt://netlogctl/files/dom0.yaml
    - mode: "0644"
    - makedirs: true

netlogctl-archive-installed:
  cmd.run:
    - name: netlogctl service install archive
    - unless: netlogctl service install archive --dry-run | grep -qx "nothing to do"
    - require:
        - archive: netlogctl-program
        - file: /etc/netlogctl/netlog.yaml

netlogctl-archive.timer:
  service.running:
    - enable: true
    - require:
        - cmd: netlogctl-archive-installed
