# Makes a token for the relay's user, and prints it.
use strict;
use warnings;

my $user = RT::User->new(RT->SystemUser);
$user->Load('relay');
my $token = RT::AuthToken->new(RT->SystemUser);
my ($made, $why, $secret) = $token->Create(Owner => $user->Id, Description => 'tests');
die "no token: $why\n" unless $made;
print $secret;
