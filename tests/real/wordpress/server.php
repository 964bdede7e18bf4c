<?php
// A site of WordPress with MariaDB on 127.0.0.1, from Debian's packages in ROOT, with two people. Everything that it writes is in the
// home folder. It prints `READY ORIGIN` and runs until it is killed; both servers end with it.
// php server.php ROOT PORT
[, $root, $port] = $argv;
$home = getenv('HOME');
$origin = "http://127.0.0.1:$port";
$database = "$home/database.sock";
foreach (['SITE_DATABASE' => $database, 'SITE_ORIGIN' => $origin, 'SITE_SALT' => bin2hex(random_bytes(16))] as $name => $value) {
    putenv("$name=$value");
}

function start(array $command): void
{
    $log = ['file', getenv('HOME') . '/log', 'a'];
    $process = proc_open(['setpriv', '--pdeathsig', 'KILL', ...$command], [['file', '/dev/null', 'r'], $log, $log], $pipes);
    $GLOBALS['running'][] = $process ?: throw new Exception("cannot start $command[0]");
}

mkdir("$home/data");
// Without a network and without accounts of its own: only this user may open the socket.
start([
    "$root/usr/sbin/mariadbd", '--no-defaults', "--datadir=$home/data", "--tmpdir=$home", "--socket=$database", '--skip-networking',
    '--skip-grant-tables', "--lc-messages-dir=$root/usr/share/mysql", "--character-sets-dir=$root/usr/share/mysql/charsets",
    '--innodb-buffer-pool-size=16M', '--innodb-flush-log-at-trx-commit=0', "--pid-file=$home/database.pid",
]);
mysqli_report(MYSQLI_REPORT_OFF);
for ($tries = 0; !($link = @mysqli_connect(null, 'root', '', null, 0, $database)); $tries++) {
    if ($tries > 300) {
        throw new Exception("the database does not start: " . file_get_contents("$home/log"));
    }
    usleep(100_000);
}
mysqli_query($link, 'CREATE DATABASE wordpress CHARACTER SET utf8mb4');

define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = "127.0.0.1:$port";
require "$root/usr/share/wordpress/wp-load.php";
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('A site of its own', 'ada', 'ada@example.test', true, '', 'ada-password');
$grace = wp_create_user('grace', 'grace-password', 'grace@example.test');
(new WP_User($grace))->set_role('author');
wp_update_user(['ID' => 1, 'display_name' => 'Ada Lovelace']);

// PHP's own options come from its file of settings, which is not used.
$options = ['-n', '-d', "extension_dir=$root/usr/lib/php/20220829"];
foreach (get_loaded_extensions() as $extension) {
    if (is_file("$root/usr/lib/php/20220829/" . strtolower($extension) . '.so')) {
        array_push($options, '-d', 'extension=' . strtolower($extension));
    }
}
putenv('PHP_CLI_SERVER_WORKERS=4');
start([PHP_BINARY, ...$options, '-S', "127.0.0.1:$port", '-t', "$root/usr/share/wordpress"]);
for ($tries = 0; !@fsockopen('127.0.0.1', (int) $port); $tries++) {
    $tries < 100 || throw new Exception('the web server does not start');
    usleep(100_000);
}
echo "READY $origin\n";
while (true) {
    sleep(3600);
}
