# What a Perl hook knows of its run, and how it answers: `use Grapnel;` gives it $hook, a handler is given it as its
# second argument.
#
#   $hook->payload  params  config  request  env  run_id  hook  instance  cause  body
#   $hook->respond(status => N, headers => {...})  header(NAME, VALUE)  flush  trailers({...})  result(VALUE)
#   $hook->log->debug(VALUE)  info  warning  error       $hook->call(HOOK, PAYLOAD)       $hook->bytes(DATA)
#
# Text is what it is in the hook's file: characters, if that says `use utf8`, or else bytes in UTF-8, as its literals
# and %ENV are. Booleans are JSON::PP's; \1 and \0 will do to write them. What a plain script may not need is loaded at
# first use.
package Grapnel;

use strict;
use warnings;

sub MAXIMUM_FRAME () { 1 << 20 }

our $hook = bless {};
my ($control, $output, $json_pp, $has_type, $is_flushed, $has_characters);
my %escapes = ("\n" => '\n', "\r" => '\r', "\t" => '\t', '"' => '\"', '\\' => '\\\\');
my %escaped = reverse(%escapes, '/' => '\/', "\b" => '\b', "\f" => '\f');

sub import {
  no strict 'refs';
  *{caller() . '::hook'} = \$hook;
}

sub payload { my ($self) = @_; $self->{payload} //= [_read_payload()]; $self->{payload}[0] }
sub params { $_[0]{params} //= _read_params($_[0]->payload) }
sub config { $_[0]{config} //= _parse($ENV{HOOK_CONFIG} // '{}') }
sub request { $_[0]{request} //= _read_request() }
sub env { \%ENV }
sub run_id { $ENV{GRAPNEL_RUN_ID} }
sub hook { $ENV{GRAPNEL_HOOK} }
sub instance { $ENV{GRAPNEL_INSTANCE} }
sub cause { $ENV{GRAPNEL_CAUSE} }
sub body { \*STDIN }
sub log { 'Grapnel::Log' }

# Sets the status, and adds headers (a hash, or an array of pairs), of the answer.
sub respond {
  my ($self, %answer) = @_;
  my $members = '';
  $members .= ',"status":' . int $answer{status} if defined $answer{status};
  if (my $headers = $answer{headers}) {
    my @pairs = _pairs($headers);
    $has_type ||= grep { lc $_->[0] eq 'content-type' } @pairs;
    $members .= ',"headers":' . _serialize_pairs(@pairs);
  }
  _send(qq({"type":"head"$members}));
}

# Adds one header to the answer.
sub header {
  my ($self, $name, $value) = @_;
  $self->respond(headers => [[$name, $value]]);
}

# Sends the head and what was printed so far; from then on everything that is printed goes out at once.
sub flush {
  _send('{"type":"flush"}') unless $is_flushed++;
  _empty_buffer(1);
}

# Sends trailers (a hash, or an array of pairs) after the body.
sub trailers {
  my ($self, $fields) = @_;
  _send('{"type":"trailers","headers":' . _serialize_pairs(_pairs($fields)) . '}');
}

# Sets the structured result of the run; the answer's body too, if nothing is printed.
sub result {
  my ($self, $value) = @_;
  _send('{"type":"result","value":' . _serialize($value) . '}');
}

# Data that a handler returns to be the body as it is: a string alone is text.
sub bytes {
  my ($self, $data) = @_;
  bless \$data, 'Grapnel::Bytes';
}

# Runs another hook of the instance and waits for its reply, a Grapnel::Reply; dies with a Grapnel::CallError when the
# host refuses. hook.yaml must declare the scope.
sub call {
  my ($self, $name, $payload) = @_;
  require Grapnel::Call;
  Grapnel::Call::call($name, $payload);
}

sub _read_payload {
  return _parse($ENV{HOOK_PAYLOAD}) if defined $ENV{HOOK_PAYLOAD};
  return undef unless $ENV{GRAPNEL_PAYLOAD_FD};
  open my $file, '<&', $ENV{GRAPNEL_PAYLOAD_FD} or die "the payload cannot be read: $!\n";
  seek $file, 0, 0;
  local $/;
  _parse(scalar <$file>);
}

sub _read_params {
  my ($payload) = @_;
  return {} unless ref $payload eq 'HASH';
  my %params;
  for my $name (keys %$payload) {
    my $variable = $name;
    # One _ for each character, whatever its bytes are.
    utf8::decode($variable) unless _has_characters();
    $variable =~ s/[^A-Za-z0-9]/_/g;
    $params{$name} = $payload->{$name} if exists $ENV{"PARAM_\U$variable"};
  }
  \%params;
}

# The request that started the run. Its headers have lower-case names; credentials are never among them.
sub _read_request {
  my %headers;
  for my $name (grep { /\AHTTP_/ } keys %ENV) {
    (my $header = lc substr $name, 5) =~ tr/_/-/;
    $headers{$header} = _text($ENV{$name});
  }
  {
    method => $ENV{REQUEST_METHOD},
    path => _text($ENV{PATH_INFO} // ''),
    query => $ENV{QUERY_STRING} // '',
    content_type => $ENV{CONTENT_TYPE},
    content_length => $ENV{CONTENT_LENGTH},
    remote_address => $ENV{REMOTE_ADDR},
    headers => \%headers,
  };
}

# Whether text is characters to the hook's file.
sub _has_characters {
  return $has_characters if defined $has_characters;
  $has_characters = 0;
  if (open my $file, '<', $0) {
    local $/;
    $has_characters = <$file> =~ /^\s*use\s+utf8\b/m ? 1 : 0;
  }
  $has_characters;
}

# Bytes from outside, as text of the hook.
sub _text {
  my ($text) = @_;
  utf8::decode($text) if _has_characters();
  $text;
}

# Text of the hook, as bytes. A character that is no byte can come up in a file of bytes too.
sub _bytes {
  my ($text) = @_;
  utf8::encode($text) if _has_characters() || $text =~ /[^\x00-\xff]/;
  $text;
}

# JSON as most hooks know it is read and written here: loading JSON::PP takes longer than most of them run. What is
# rarer, such as objects, exponents and \u, or wrong, is its affair.
sub _json_pp {
  $json_pp //= do {
    require JSON::PP;
    JSON::PP->new->utf8(_has_characters())->allow_nonref->allow_blessed->convert_blessed;
  };
}

# Takes bytes.
sub _parse {
  my ($bytes) = @_;
  local $_ = _text($bytes);
  my $value = _parse_value();
  return $$value if $value && /\G\s*\z/gc;
  my $json = _json_pp();
  if (!_has_characters()) {
    # What \u stands for must come out as bytes too.
    my $plain = JSON::PP->new->utf8->allow_nonref;
    $bytes = $plain->encode($plain->decode($bytes));
  }
  $json->decode($bytes);
}

# Returns a reference to the value that comes next in $_, or nothing if JSON::PP is needed.
sub _parse_value {
  no warnings 'recursion';
  if (/\G\s*"/gc) {
    my $text = _parse_text();
    return defined $text ? \$text : undef;
  }
  return \(0 + $1) if /\G\s*(-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?)(?![\d.eE])/gc;
  return \undef if /\G\s*null/gc;
  return \_boolean($1 eq 'true') if /\G\s*(true|false)/gc;
  if (/\G\s*\[/gc) {
    my @values;
    return \\@values if /\G\s*\]/gc;
    do {
      my $value = _parse_value() or return;
      push @values, $$value;
    } while /\G\s*,/gc;
    return /\G\s*\]/gc ? \\@values : undef;
  }
  return unless /\G\s*\{/gc;
  my %members;
  return \\%members if /\G\s*\}/gc;
  do {
    return unless /\G\s*"/gc;
    my $name = _parse_text();
    return unless defined $name && /\G\s*:/gc;
    my $value = _parse_value() or return;
    $members{$name} = $$value;
  } while /\G\s*,/gc;
  /\G\s*\}/gc ? \\%members : undef;
}

sub _boolean {
  my ($is_true) = @_;
  require JSON::PP::Boolean;
  bless \(my $value = $is_true ? 1 : 0), 'JSON::PP::Boolean';
}

# What follows an opening quote.
sub _parse_text {
  return unless /\G((?:[^"\\\x00-\x1f]++|\\["\\\/bfnrt])*+)"/gc;
  my $text = $1;
  $text =~ s/(\\.)/$escaped{$1}/g;
  $text;
}

# Returns bytes.
sub _serialize {
  my ($value) = @_;
  _serialize_value($value) // _repair(_json_pp()->encode($value));
}

# Returns nothing if JSON::PP is needed.
sub _serialize_value {
  no warnings 'recursion';
  my ($value) = @_;
  return 'null' unless defined $value;
  if (!ref $value) {
    return _quote($value) unless _is_number($value);
    return $value * 0 == 0 ? "$value" : undef;
  }
  my @parts;
  if (ref $value eq 'ARRAY') {
    for my $element (@$value) {
      push @parts, _serialize_value($element) // return;
    }
    return '[' . join(',', @parts) . ']';
  }
  if (ref $value eq 'JSON::PP::Boolean' || ref $value eq 'SCALAR' && $$value =~ /\A[01]\z/) {
    return $$value ? 'true' : 'false';
  }
  return unless ref $value eq 'HASH';
  for my $name (sort keys %$value) {
    my $member = _serialize_value($value->{$name}) // return;
    push @parts, _quote($name) . ":$member";
  }
  '{' . join(',', @parts) . '}';
}

# As JSON::PP tells them: & of a number with a string is a number, of two strings a string.
sub _is_number {
  my ($value) = @_;
  no warnings 'numeric';
  !utf8::is_utf8($value) && length((my $nothing = '') & $value) && $value eq 0 + $value;
}

sub _quote {
  my $text = _repair(_bytes($_[0]));
  $text =~ s/(["\\\x00-\x1f\x7f])/$escapes{$1} \/\/ sprintf '\u%04x', ord $1/ge;
  qq("$text");
}

# Bytes that are UTF-8, whatever they were: characters, or bytes of Latin 1, which are the same to Perl.
sub _repair {
  my ($text) = @_;
  if ($text =~ /[^\x00-\x7f]/) {
    my $characters = $text;
    utf8::encode($text) unless utf8::downgrade($text, 1) && utf8::decode($characters);
  }
  $text;
}

sub _pairs {
  my ($fields) = @_;
  ref $fields eq 'HASH' ? map { [$_, $fields->{$_}] } sort keys %$fields : @$fields;
}

sub _serialize_pairs {
  '[' . join(',', map { '[' . _quote("$_->[0]") . ',' . _quote("$_->[1]") . ']' } @_) . ']';
}

sub _send {
  my ($frame) = @_;
  my $length = length $frame;
  die "a control frame has $length bytes, more than ${\MAXIMUM_FRAME}\n" if $length > MAXIMUM_FRAME;
  if (!$control) {
    open $control, '>&=', 3 or die "the control pipe cannot be opened: $!\n";
  }
  _write($control, "$length:$frame,");
}

sub _write {
  my ($handle, $data) = @_;
  local $SIG{PIPE} = 'IGNORE';
  my $offset = 0;
  while ($offset < length $data) {
    my $count = syswrite $handle, $data, length($data) - $offset, $offset;
    if (defined $count) {
      $offset += $count;
      next;
    }
    my $error = $!;
    require Errno;
    if ($error == Errno::EAGAIN()) {
      vec(my $wanted = '', fileno $handle, 1) = 1;
      select undef, $wanted, undef, undef;
    } elsif ($error != Errno::EINTR()) {
      die "the host cannot be reached: $error\n";
    }
  }
}

sub _handle {
  my ($handler) = @_;
  my $value = $handler->($hook->payload, $hook);
  if (ref $value eq 'CODE') {
    while (defined(my $chunk = $value->())) {
      _stream($chunk);
    }
  } else {
    _finish($value);
  }
}

sub _finish {
  my ($value) = @_;
  if (ref $value eq 'Grapnel::Bytes') {
    $hook->header('Content-Type', 'application/octet-stream') unless $has_type;
    _print($$value);
    return;
  }
  my $text = _serialize($value);
  if (length $text <= MAXIMUM_FRAME - 64) {
    _send(qq({"type":"result","value":$text}));
  } elsif (!ref $value) {
    _print(_bytes($value));
  } else {
    $hook->header('Content-Type', 'application/json') unless $has_type;
    _print("$text\n");
  }
}

sub _stream {
  my ($chunk) = @_;
  $hook->flush;
  _print(ref $chunk eq 'Grapnel::Bytes' ? $$chunk : ref $chunk ? _serialize($chunk) . "\n" : _bytes($chunk));
}

# Prints bytes, whatever layer the hook has given STDOUT.
sub _print {
  my ($data) = @_;
  _empty_buffer(0);
  if (!$output) {
    open $output, '>&=', 1 or die "standard output cannot be opened: $!\n";
  }
  _write($output, $data);
}

sub _empty_buffer {
  my ($is_final) = @_;
  my $selected = select STDOUT;
  my $was = $|;
  # To set it empties the buffer.
  $| = 1;
  $| = $was unless $is_final;
  select $selected;
}

# Messages with levels, in the hook's log. Values that JSON cannot write are logged as Perl prints them.
package Grapnel::Log;

for my $level (qw(debug info warning error)) {
  no strict 'refs';
  *$level = sub {
    my ($self, $value) = @_;
    my $text = eval { local $SIG{__DIE__}; Grapnel::_serialize($value) } // Grapnel::_quote("$value");
    $text = Grapnel::_quote(substr($value, 0, Grapnel::MAXIMUM_FRAME >> 4) . ' (cut)')
      if length $text > Grapnel::MAXIMUM_FRAME - 64;
    Grapnel::_send(qq({"type":"log","level":"$level","value":$text}));
  };
}

1;
