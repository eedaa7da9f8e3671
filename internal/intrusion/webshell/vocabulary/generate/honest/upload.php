<?php
$allowed = ['jpg', 'png', 'pdf'];
$ext = strtolower(pathinfo($_FILES['file']['name'], PATHINFO_EXTENSION));
if (in_array($ext, $allowed, true) && $_FILES['file']['size'] < 2000000) {
    move_uploaded_file($_FILES['file']['tmp_name'], __DIR__ . '/uploads/' . bin2hex(random_bytes(8)) . '.' . $ext);
}
?>
<form method="post" enctype="multipart/form-data"><input type="file" name="file"><input type="submit"></form>
