# Request Tracker's settings for the tests; `rt` puts the folder and the port in.
Set($rtname, 'mesa.invalid');
Set($Organization, 'mesa.invalid');
Set($Timezone, 'America/Tegucigalpa');
Set($WebDomain, '127.0.0.1');
Set($WebPort, @PORT@);
Set($WebPath, '');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '@DIR@/rt.db');
Set($MasonDataDir, '@DIR@/mason');
Set($MasonSessionDir, '@DIR@/session');
Set($MailCommand, 'testfile');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'warning');
Set($LogToFile, undef);

# The six phases, without a status for follow-up. A case that was closed may be opened again, as at the desk.
Set(%Lifecycles,
    incident => {
        type     => 'ticket',
        initial  => ['new'],
        active   => ['classified', 'investigating', 'on hold'],
        inactive => ['resolved', 'closed', 'rejected'],
        defaults => { on_create => 'new', on_merge => 'closed' },
        transitions => {
            ''            => ['new'],
            new           => ['classified', 'rejected'],
            classified    => ['investigating', 'on hold', 'resolved', 'rejected'],
            investigating => ['on hold', 'classified', 'resolved'],
            'on hold'     => ['investigating', 'resolved'],
            resolved      => ['closed', 'investigating'],
            closed        => ['investigating'],
            rejected      => ['classified'],
        },
    },
);

Set(%ServiceBusinessHours,
    Default => {
        (map { ($_ => { Name => "day $_", Start => '9:00', End => '17:00' }) } 1 .. 5),
        0 => { Name => 'Sunday', Start => undef, End => undef },
        6 => { Name => 'Saturday', Start => undef, End => undef },
    },
);
Set(%ServiceAgreements,
    Default => 'P3',
    Levels  => {
        map { ($_->[0] => { Response => { BusinessMinutes => $_->[1] }, Resolve => { BusinessMinutes => $_->[2] } }) }
            ['P1', 15, 240], ['P2', 60, 480], ['P3', 240, 1440], ['P4', 480, 2400]
    },
);
1;
