<?php
if ($_POST['step'] === '2') {
  $link = mysqli_connect($_POST['host'], $_POST['user'], $_POST['pass'], $_POST['name']);
  if ($link) { file_put_contents('config.php', "<?php\nreturn " . var_export(['host' => $_POST['host'], 'user' => $_POST['user']], true) . ";\n"); }
}
